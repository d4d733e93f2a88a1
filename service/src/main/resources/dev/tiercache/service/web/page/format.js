// Writes numbers and times for people. The language is that of the page, not of the browser: screenshots are the same everywhere.

const MINUS = "\u2212";
const NARROW = "\u202f";

/** A number with so many digits after the point and a real minus. */
export function number(value, digits = 2) {
  const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return value < 0 && Number(Math.abs(value).toFixed(digits)) !== 0 ? MINUS + text : text;
}

/** The same with a plus where it is positive. */
export function signed(value, digits = 2) {
  const text = number(value, digits);
  return value > 0 && Number(value.toFixed(digits)) !== 0 ? `+${text}` : text;
}

/** A share of 0 to 1 in percent. */
export function percent(share) {
  return `${number(100 * share, share > 0.9995 || share === 0 ? 0 : 1)}${NARROW}%`;
}

/** Milliseconds: the shorter the finer. */
export function millis(value) {
  return number(value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** A length of time: "45 s", "14 min 05 s", "2 h 03 min". */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value) => String(value).padStart(2, "0");
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  }
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** A time of day, as this computer's clock shows it. */
export function clock(date) {
  return date.toLocaleTimeString("en-GB");
}

/** An ISO time in UTC, to the minute. */
export function utc(iso) {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** Bytes by the thousand and twenty-four. */
export function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${number(value, unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}
