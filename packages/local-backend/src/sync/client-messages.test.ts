// What a client may say, and how it is told that it may not.
import { describe, expect, test } from "vitest";
import { parseClientMessage, ProtocolError } from "./client-messages.ts";

const sessionId = "0b1c2d3e-0000-4000-8000-000000000000";
const parse = (message: unknown) => parseClientMessage(JSON.stringify(message));

test("the messages of the official client are understood", () => {
  expect(
    parse({
      type: "Connect",
      sessionId,
      connectionCount: 0,
      lastCloseReason: "InitialConnect",
      clientTs: 5,
      maxObservedTimestamp: "AQAAAAAAAAA=",
    }),
  ).toMatchObject({ type: "Connect", maxObservedTimestamp: 1n, clientTs: 5 });
  expect(
    parse({
      type: "ModifyQuerySet",
      baseVersion: 0,
      newVersion: 1,
      modifications: [
        { type: "Add", queryId: 0, udfPath: "a:b", args: [{}] },
        { type: "Remove", queryId: 3 },
      ],
    }),
  ).toMatchObject({
    modifications: [
      { type: "Add", journal: null, componentPath: null },
      { type: "Remove", queryId: 3 },
    ],
  });
  expect(
    parse({ type: "Authenticate", baseVersion: 1, tokenType: "User", value: "t" }),
  ).toMatchObject({
    credentials: { kind: "user", token: "t" },
  });
  expect(parse({ type: "Event", eventType: "ClientConnect", event: [] })).toEqual({
    type: "Event",
  });
});

describe("is refused:", () => {
  const wrong: [string, RegExp][] = [
    ["", /not JSON/],
    ["[]", /not a JSON object/],
    ['{"type":"Nonsense"}', /unknown type "Nonsense"/],
    ["{}", /unknown type \(none\)/],
    [
      '{"type":"Connect","sessionId":"x","connectionCount":0}',
      /`sessionId` of Connect is "x"; expected a UUID/,
    ],
    [
      '{"type":"Mutation","requestId":-1,"udfPath":"a","args":[]}',
      /`requestId` of "Mutation" is -1/,
    ],
    ['{"type":"Mutation","requestId":1,"udfPath":7,"args":[]}', /`udfPath` of "Mutation" is 7/],
    [
      '{"type":"Action","requestId":1,"udfPath":"a","args":{}}',
      /`args` of "Action" is {}; expected an array/,
    ],
    ['{"type":"Authenticate","baseVersion":0,"tokenType":"X"}', /`tokenType`/],
    [
      '{"type":"ModifyQuerySet","baseVersion":0,"newVersion":1,"modifications":[7]}',
      /not an object/,
    ],
    [
      `{"type":"Connect","sessionId":"${sessionId}","connectionCount":0,"maxObservedTimestamp":"!"}`,
      /maxObservedTimestamp/,
    ],
  ];
  test.each(wrong)("%s", (text, message) => {
    expect(() => parseClientMessage(text)).toThrow(ProtocolError);
    expect(() => parseClientMessage(text)).toThrow(message);
  });
});
