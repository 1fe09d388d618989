// Why a token or a key was refused. `kind` is for programs, `code` and `message` go to the client.

export type AuthFailureKind =
  "malformed" | "noProvider" | "rejected" | "expired" | "unreachable" | "badAdminKey";

const codeOfKind: Record<AuthFailureKind, string> = {
  malformed: "InvalidAuthHeader",
  noProvider: "NoAuthProvider",
  rejected: "Unauthenticated",
  expired: "Unauthenticated",
  unreachable: "AuthProviderDiscoveryFailed",
  badAdminKey: "BadAdminKey",
};

/** A refused token, key or header. Over HTTP it is a 401 with `{code, message}`, over a socket an `AuthError` message. */
export class AuthFailure extends Error {
  readonly kind: AuthFailureKind;

  constructor(kind: AuthFailureKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "AuthFailure";
    this.kind = kind;
  }

  get code(): string {
    return codeOfKind[this.kind];
  }
}
