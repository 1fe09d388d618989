// Which tokens this deployment accepts: those that it issued itself.
import type { AuthConfig } from "convex/server";

export default {
  providers: [
    {
      // Set by Convex and by the local backend; modules of this kind cannot import the generated `env`.
      // eslint-disable-next-line @convex-dev/no-process-env
      domain: process.env.CONVEX_SITE_URL ?? "",
      applicationID: "convex",
    },
  ],
} satisfies AuthConfig;
