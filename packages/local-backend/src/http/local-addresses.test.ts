// Which addresses phones are told to use.
import { expect, test } from "vitest";
import { localOrigins } from "./local-addresses.ts";

const info = (address: string, internal = false) => ({
  address,
  internal,
  family: "IPv4" as const,
  netmask: "255.255.255.0",
  mac: "00:00:00:00:00:00",
  cidr: null,
});
const interfaces = {
  lo: [info("127.0.0.1", true)],
  docker0: [info("172.17.0.1")],
  eth0: [info("10.0.0.5")],
  wlan0: [info("192.168.1.20")],
};

test("the home network's address comes first, container bridges last", () => {
  expect(localOrigins("0.0.0.0", 3210, interfaces)).toEqual([
    "http://192.168.1.20:3210",
    "http://10.0.0.5:3210",
    "http://172.17.0.1:3210",
  ]);
});

test("a server of this machine only has none", () => {
  expect(localOrigins("127.0.0.1", 3210, interfaces)).toEqual([]);
});

test("a server on one address has that", () => {
  expect(localOrigins("192.168.1.20", 80, interfaces)).toEqual(["http://192.168.1.20:80"]);
});
