//! Formulas over an element's neighbours, on arrays that are dealt out.
