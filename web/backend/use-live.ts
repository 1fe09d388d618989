// A live query as three states a screen draws: on its way, here, refused.
import { useQuery_experimental as useQueryState } from "convex/react";
import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import { readRefusal, type Refusal } from "./refusal";

export type Live<Data> =
  { status: "pending" } | { status: "here"; data: Data } | { status: "refused"; refusal: Refusal };

/** Subscribes to a query; pass "skip" for the arguments to wait. */
export function useLive<Query extends FunctionReference<"query">>(
  query: Query,
  args: FunctionArgs<Query> | "skip",
): Live<FunctionReturnType<Query>> {
  const state = useQueryState({ query, args });
  switch (state.status) {
    case "pending":
      return { status: "pending" };
    case "success":
      return { status: "here", data: state.data };
    case "error":
      return { status: "refused", refusal: readRefusal(state.error) };
    default:
      return state satisfies never;
  }
}
