// The formats of the parts of c32 and c64, and all that differs between their functions: those of c64 are the ones in the folder c32 with parts,
// names and literals of f64. See src/device/gpu/doubled.rs.

// Where the exponent field starts, and its bias.
const EXPONENT_SHIFT_C32 = 23u;
const EXPONENT_BIAS_C32 = 127;
const EXPONENT_SHIFT_C64 = 52u;
const EXPONENT_BIAS_C64 = 1023;
// The distance from 1 to the next larger value, and half of its square root.
const EPSILON_C32 = 1.1920929e-7;
const SMALL_C32 = 0.00017263349;
const EPSILON_C64 = 2.220446049250313e-16lf;
const SMALL_C64 = 7.450580596923828e-9lf;
// The smallest normal value.
const MIN_POSITIVE_C32 = 1.1754944e-38;
const MIN_POSITIVE_C64 = 2.2250738585072014e-308lf;
// The largest whole number whose exponential is finite, and that.
const EXP_LIMIT_C32 = 88.0;
const EXP_OF_LIMIT_C32 = 1.6516363e38;
const EXP_LIMIT_C64 = 709.0lf;
const EXP_OF_LIMIT_C64 = 8.218407461554972e307lf;
