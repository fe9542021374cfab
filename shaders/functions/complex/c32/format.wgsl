// The format of the parts of c32.

// Where the exponent field starts, and its bias.
const EXPONENT_SHIFT_C32 = 23u;
const EXPONENT_BIAS_C32 = 127;
// The distance from 1 to the next larger value, and half of its square root.
const EPSILON_C32 = 1.1920929e-7;
const SMALL_C32 = 0.00017263349;
// The smallest normal value.
const MIN_POSITIVE_C32 = 1.1754944e-38;
// The largest whole number whose exponential is finite, and that.
const EXP_LIMIT_C32 = 88.0;
const EXP_OF_LIMIT_C32 = 1.6516363e38;
