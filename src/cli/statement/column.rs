//! A column of amounts as people read it: in the coins of its currency, or with every decimal. What is printed foots: where
//! the rounded numbers come to another sum than the exact ones, a row says by how much. Nothing is rounded in the books.

use std::fmt::Display;

use ledger_spec::money::{Amount, Currency, minor_units};

use crate::cli::Context;
use crate::cli::failure::Failure;

/// Digits before the point that columns have room for.
const WHOLE: usize = 12;

/// A column of one currency, from its first row to its total.
pub struct Column {
    /// Decimals of the smallest coin; none shows all there are.
    decimals: Option<u8>,
    /// What was printed so far comes to.
    sum: Amount,
}

impl Column {
    /// An empty column. Currencies without a coin are shown exactly.
    pub fn new(currency: Currency, exact: bool) -> Column {
        Column { decimals: minor_units(currency).filter(|_| !exact), sum: Amount::ZERO }
    }

    /// A row that counts, and what it is.
    pub fn row(&mut self, amount: Amount, what: impl Display, context: &mut Context) -> Result<(), Failure> {
        self.sum = self.sum.try_add(self.rounded(amount)?)?;
        self.beside(amount, what, context)
    }

    /// What rows come to since the column stood at `from`, which counts as they do.
    pub fn subtotal(&mut self, from: Amount, amount: Amount, what: &str, context: &mut Context) -> Result<(), Failure> {
        self.round_off(from.try_add(self.rounded(amount)?)?, context)?;
        self.beside(amount, what, context)
    }

    /// What all rows come to, and what that is exactly.
    pub fn total(&mut self, amount: Amount, what: &str, context: &mut Context) -> Result<(), Failure> {
        let rounded = self.rounded(amount)?;
        self.round_off(rounded, context)?;
        match rounded == amount {
            true => self.beside(amount, what, context),
            false => self.beside(amount, format_args!("{what}, exactly {amount}"), context),
        }
    }

    /// What was printed so far comes to.
    pub fn sum(&self) -> Amount {
        self.sum
    }

    /// An amount that does not count. Points stand under each other.
    pub fn beside(&self, amount: Amount, what: impl Display, context: &mut Context) -> Result<(), Failure> {
        let text = self.rounded(amount)?.to_string();
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let point = if decimals.is_empty() && self.decimals.is_none_or(|decimals| decimals == 0) { " " } else { "." };
        let width = self.width();
        let decimals = match self.decimals {
            Some(_) => format!("{decimals:0<width$}"),
            None => format!("{decimals:<width$}"),
        };
        context.out.line(format_args!("{whole:>WHOLE$}{point}{decimals}  {what}"))
    }

    /// A line under what a row is.
    pub fn detail(&self, text: impl Display, context: &mut Context) -> Result<(), Failure> {
        let indent = WHOLE + 1 + self.width() + 4;
        context.out.line(format_args!("{:indent$}{text}", ""))
    }

    /// Says what rounding makes, so that what is printed comes to `expected`.
    fn round_off(&mut self, expected: Amount, context: &mut Context) -> Result<(), Failure> {
        let left = expected.try_sub(self.sum)?;
        match left.is_zero() {
            true => Ok(()),
            false => self.row(left, "rounding of the numbers above", context),
        }
    }

    fn rounded(&self, amount: Amount) -> Result<Amount, Failure> {
        Ok(self.decimals.map_or(Ok(amount), |decimals| amount.round(decimals).map(|(rounded, _)| rounded))?)
    }

    fn width(&self) -> usize {
        self.decimals.unwrap_or(Amount::SCALE).into()
    }
}
