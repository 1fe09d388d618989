import { crud } from "./lib/crud";
export const { get, wipe } = crud("notes");

