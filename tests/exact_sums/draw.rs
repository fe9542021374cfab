//! Random values of every awkward kind.

/// The generator `SplitMix64`: a few lines, and every case is named by its seed.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    /// Uniform in [-1, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() as i64 >> 10) as f64 / (1_u64 << 53) as f64
    }

    /// A float with an exponent within `range` of 0, of either sign.
    pub(crate) fn spread(&mut self, range: u64) -> f64 {
        let exponent = self.below(2 * range + 1) as i64 - range as i64;
        self.unit() * f64::from_bits(((1023 + exponent) as u64) << 52)
    }

    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last as u64 + 1) as usize);
        }
    }

    /// `count` values of the kind that `regime` names, in random order.
    pub(crate) fn values(&mut self, count: usize, regime: u64) -> Vec<f64> {
        let mut values: Vec<f64> = (0..count).map(|_| self.value(regime)).collect();
        if regime == 3 {
            let opposite: Vec<f64> = values.iter().map(|value| -value).collect();
            values.extend(opposite);
            values.truncate(count);
        }
        let rare = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -0.0, f64::MAX, f64::from_bits(1)];
        for (kind, &value) in rare.iter().enumerate() {
            if count > 0 && regime == 10 + kind as u64 {
                let place = self.below(count as u64) as usize;
                values[place] = value;
            }
        }
        self.shuffle(&mut values);
        values
    }

    fn value(&mut self, regime: u64) -> f64 {
        match regime {
            0 | 3 | 10..16 => self.unit(),
            1 => self.spread(20),
            2 => self.spread(60),
            4 => self.spread(900),
            5 => self.unit() * f64::from_bits(self.below(1 << 53)),
            6 => self.spread(3) * 2.0_f64.powi(1018),
            7 => [0.0, -0.0][self.below(2) as usize],
            8 => -0.0,
            9 => (self.below(2001) as f64 - 1000.0) * [0.0, 1.0, 0.125][self.below(3) as usize],
            _ => [self.unit(), 0.0, -0.0, f64::INFINITY][self.below(4) as usize],
        }
    }
}

/// The number of regimes of [`Draw::values`].
pub(crate) const REGIMES: u64 = 17;
