// How slow this machine is, so that Convex's limit on a function's time means the same amount of work on a small computer.

/** Milliseconds of CPU that the sample takes on the machine that the limits were set on (a server core of 2023). */
const referenceMs = 9;
let measured: number | null = null;

/** 1 on a machine as fast as a server, more on slower ones; never less. Measured once, in about 20 ms. */
export function machineSlowness(): number {
  measured ??= Math.max(1, Math.min(sample(), sample()) / referenceMs);
  return measured;
}

/** CPU milliseconds of a fixed amount of work, mixing words as password hashes do. */
function sample(): number {
  const start = process.cpuUsage();
  const words = new Uint32Array(16).fill(0x9e3779b9);
  for (let round = 0; round < 150_000; round++) {
    for (let i = 0; i < 16; i++) {
      const sum = ((words[i] ?? 0) + (words[(i + 5) & 15] ?? 0)) >>> 0;
      words[(i + 9) & 15] = (words[(i + 9) & 15] ?? 0) ^ ((sum << 7) | (sum >>> 25));
    }
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
