// What the build may bring into the app from its environment.
interface ImportMetaEnv {
  /** Address of the data layer when it is not where the page came from, for instance on Convex Cloud. */
  readonly VITE_CONVEX_URL?: string;
}
