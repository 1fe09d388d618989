// The addresses under which other devices of the local network reach this server.
import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";

/**
 * Origins for phones, private IPv4 addresses first (192.168 before 10 before 172.16), or none if the server listens on
 * this machine only.
 */
export function localOrigins(
  host: string,
  port: number,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string[] {
  if (host !== "0.0.0.0" && host !== "::") {
    return isLoopback(host) ? [] : [`http://${host.includes(":") ? `[${host}]` : host}:${port}`];
  }
  const addresses = Object.entries(interfaces).flatMap(([name, infos]) =>
    (infos ?? [])
      .filter((info) => info.family === "IPv4" && !info.internal)
      .map((info) => ({ address: info.address, rank: rank(name, info.address) })),
  );
  return addresses
    .sort((left, right) => left.rank - right.rank)
    .map(({ address }) => `http://${address}:${port}`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** Bridges of containers and virtual machines come last: no phone is there. */
function rank(interfaceName: string, address: string): number {
  const isVirtual = /^(docker|br-|veth|virbr|vboxnet|vmnet|tun|tap|wg|utun)/.test(interfaceName);
  const byRange = address.startsWith("192.168.")
    ? 0
    : address.startsWith("10.")
      ? 1
      : /^172\.(1[6-9]|2\d|3[01])\./.test(address)
        ? 2
        : address.startsWith("169.254.")
          ? 4
          : 3;
  return (isVirtual ? 10 : 0) + byRange;
}
