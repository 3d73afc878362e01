//! Times of trades: the order they give, and the usual way to write them.

/// The positions in order of time: stable, ascending, unknown times last.
pub fn order(times: &[Option<i64>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by_key(|&i| times[i].map_or((true, 0), |time| (false, time)));
    order
}

/// Microseconds since 1970 in UTC of `YYYY-MM-DD HH:MM:SS[.ffffff][Z|+00:00]`, with a space or a T in the middle.
///
/// `None` for every other text: it may be a time all the same, in one of the many forms that only Python's parser knows.
pub fn microseconds(text: &str) -> Option<i64> {
    let (date, time) = text.is_ascii().then(|| text.split_at_checked(10))??;
    let time = time.strip_prefix(['T', ' '])?;
    let time = time.strip_suffix("+00:00").or_else(|| time.strip_suffix('Z')).unwrap_or(time);
    let (clock, fraction) = time.split_at_checked(8)?;
    let days = days_since_1970(number(date, 0..4)?, number(date, 5..7)?, number(date, 8..10)?)?;
    let seconds = seconds_of_day(number(clock, 0..2)?, number(clock, 3..5)?, number(clock, 6..8)?)?;
    let separators = date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-' && clock.as_bytes()[2] == b':' && clock.as_bytes()[5] == b':';
    separators.then_some((days * 86_400 + seconds) * 1_000_000 + micros(fraction)?)
}

fn number(text: &str, digits: std::ops::Range<usize>) -> Option<i64> {
    let digits = text.get(digits)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn micros(fraction: &str) -> Option<i64> {
    if fraction.is_empty() {
        return Some(0);
    }
    let digits = fraction.strip_prefix('.').filter(|digits| digits.len() == 6)?;
    number(digits, 0..6)
}

fn seconds_of_day(hour: i64, minute: i64, second: i64) -> Option<i64> {
    (hour < 24 && minute < 60 && second < 60).then_some((hour * 60 + minute) * 60 + second)
}

/// Days of the proleptic Gregorian calendar, years beginning in March so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    if year < 1 || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_keep_their_order_and_unknown_ones_come_last() {
        assert_eq!(order(&[Some(5), None, Some(-1), Some(5), None, Some(i64::MAX)]), [2, 0, 3, 5, 1, 4]);
    }

    #[test]
    fn the_usual_forms_are_read() {
        for text in ["1970-01-01T00:00:01", "1970-01-01 00:00:01Z", "1970-01-01T00:00:01.000000+00:00"] {
            assert_eq!(microseconds(text), Some(1_000_000), "{text}");
        }
        assert_eq!(microseconds("2024-02-29 23:59:59.999999"), Some(1_709_251_199_999_999));
        assert_eq!(microseconds("0001-01-01T00:00:00"), Some(-62_135_596_800_000_000));
        assert_eq!(microseconds("9999-12-31T23:59:59.999999"), Some(253_402_300_799_999_999));
    }

    #[test]
    fn every_other_text_is_left_to_others() {
        let texts = ["", "2024", "2023-02-29T00:00:00", "2024-01-01", "2024-01-01T24:00:00", "2024-13-01T00:00:00", "0000-01-01T00:00:00"];
        let more =
            ["2024-01-01T00:00:00.5", "2024-01-01T00:00:00+01:00", "2024/01/01T00:00:00", "2024-01-01T+1:00:00", "٢024-01-01T00:00:00"];
        for text in texts.into_iter().chain(more) {
            assert_eq!(microseconds(text), None, "{text}");
        }
    }
}
