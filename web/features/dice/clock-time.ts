// The time of day of an instant, as every log and banner prints it.

/** For instance "21:04", in the device's own time zone. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

function pad(part: number): string {
  return String(part).padStart(2, "0");
}
