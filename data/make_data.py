"""Write the tables of this folder from scikit-learn's copies: `python3 data/make_data.py` (scikit-learn 1.5 or later)."""

from pathlib import Path

from sklearn.datasets import load_digits, load_iris

FOLDER = Path(__file__).parent


def write(name, header, rows):
    lines = [",".join(header)] + [",".join(row) for row in rows]
    (FOLDER / name).write_text("\n".join(lines) + "\n")


def main():
    digits = load_digits()
    pixels = [f"p{row}{column}" for row in range(8) for column in range(8)]
    write("digits.csv", pixels, ([f"{value:.0f}" for value in image] for image in digits.data))
    write("digits_labels.csv", ["digit"], ([str(label)] for label in digits.target))

    iris = load_iris()
    columns = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    write("iris.csv", columns, ([f"{value:.1f}" for value in flower] for flower in iris.data))
    write("iris_labels.csv", ["species"], ([str(label)] for label in iris.target))


if __name__ == "__main__":
    main()
