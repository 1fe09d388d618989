import { crud } from "./lib/crud";
// expect fn/returns-validator fn/args-validator
export const { get, wipe } = crud("notes");

