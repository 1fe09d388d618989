// HTTP routes: the public keys and the discovery document by which tokens are verified.
import { httpRouter } from "convex/server";
import { auth } from "./auth";

const http = httpRouter();
auth.addHttpRoutes(http);

export default http;
