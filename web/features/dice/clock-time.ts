// The time of an instant, as every log and banner prints it.

/** For instance "21:04", in the device's own time zone. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** For instance "29 Nov, 21:04", for instants that may lie on another day. */
export function dayAndTime(at: number): string {
  const day = new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return `${day}, ${clockTime(at)}`;
}

function pad(part: number): string {
  return String(part).padStart(2, "0");
}
