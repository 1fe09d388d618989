// The tool's version, and the version of its JSON.

export const toolVersion = "0.1.0";
/** Raised when a field of the JSON output changes its meaning or goes. */
export const jsonVersion = 1;
