import { expect, test } from "vitest";
import { joinOrigin } from "./join-origin";

const answers = (text: string) => () => Promise.resolve(text);
const never = () => Promise.reject(new Error("nobody should be asked"));

test("an address that phones can reach is used as it is, and nobody is asked", async () => {
  expect(await joinOrigin("https://table.example", never)).toBe("https://table.example");
});

test.each(["http://localhost:3210", "http://127.0.0.1:3210", "http://[::1]:3210"])(
  "%s means this machine only, so the server's first address is used",
  async (own) => {
    const answer = answers('{"origins":["http://192.168.1.20:3210","http://10.0.0.2:3210"]}');
    expect(await joinOrigin(own, answer)).toBe("http://192.168.1.20:3210");
  },
);

test.each(["", "<!doctype html>", "{}", '{"origins":[]}', '{"origins":["javascript:1"]}', "[1]"])(
  "the own address stays when the answer is %j",
  async (text) => {
    expect(await joinOrigin("http://localhost:3210", answers(text))).toBe("http://localhost:3210");
  },
);

test("the own address stays when there is no such path", async () => {
  expect(await joinOrigin("http://localhost:3210", never)).toBe("http://localhost:3210");
});
