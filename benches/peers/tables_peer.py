"""Reading a table of numbers: pandas (its C reader), Polars and NumPy. The first argument names the one to measure."""

import os
import sys

import cases
from measure import Case, Peer


def reader(name):
    if name == "pandas":
        import pandas

        return f"pandas {pandas.__version__}", lambda path: pandas.read_csv(path, header=None, engine="c").to_numpy()
    if name == "Polars":
        import polars

        return f"polars {polars.__version__}", lambda path: polars.read_csv(path, has_header=False)
    import numpy

    return f"numpy {numpy.__version__}", lambda path: numpy.loadtxt(path, delimiter=",")


name = sys.argv.pop(1)
version, read = reader(name)
peer = Peer(name, version)


@peer.workload("csv_read", "250 MB", "f64")
def csv_read(_, dtype):
    path = cases.csv_file()
    rows = os.path.getsize(path)
    return Case(lambda: read(path), lambda table: table.shape[1] == 16 and 0 < table.shape[0] < rows)


if __name__ == "__main__":
    peer.main()
