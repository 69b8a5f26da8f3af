//! Chance, drawn before the ledger begins: numbers that pick among what there is, whatever that is by then. All zero
//! picks the plainest of everything, which is where shrinking goes.

/// The numbers of one act.
pub struct Dice<'a>(std::slice::Iter<'a, u16>);

impl<'a> Dice<'a> {
    pub fn new(numbers: &'a [u16]) -> Dice<'a> {
        Dice(numbers.iter())
    }

    /// A number below a bound; zero once the dice are used up.
    pub fn below(&mut self, bound: u64) -> u64 {
        u64::from(self.0.next().copied().unwrap_or(0)) % bound.max(1)
    }

    /// One of several, the first being the plainest.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize].clone()
    }

    /// One of several, if there are any.
    pub fn one<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| self.pick(from))
    }

    /// One of several, each so many times as often as once; the first being the plainest.
    pub fn often<T: Clone>(&mut self, from: &[(u64, T)]) -> T {
        let mut place = self.below(from.iter().map(|(often, _)| often).sum());
        let one = from.iter().find(|(often, _)| {
            let here = place < *often;
            place = place.saturating_sub(*often);
            here
        });
        one.unwrap().1.clone()
    }

    /// True once in so many times.
    pub fn rarely(&mut self, times: u64) -> bool {
        self.below(times) == times - 1
    }

    /// A whole number from one to another.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }
}
