// Words in the place where something is missing: an error with its way on, or an empty list with its next step.
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

export type ErrorNoticeProps = { message: string; children?: ReactNode };

/** What went wrong, read out at once; children are the ways on. */
export function ErrorNotice({ message, children }: ErrorNoticeProps) {
  return (
    <div className="notice notice-error" role="alert">
      <p className="flex items-start gap-2">
        <TriangleAlert
          size={20}
          strokeWidth={1.5}
          aria-hidden
          className="mt-0.5 flex-none text-blood"
        />
        <span>{message}</span>
      </p>
      {children}
    </div>
  );
}

export type EmptyStateProps = { children: ReactNode; action?: ReactNode };

/** The next step in one line, and the button that takes it. */
export function EmptyState({ children, action }: EmptyStateProps) {
  return (
    <div className="grid justify-items-start gap-3 py-3">
      <p className="text-dim">{children}</p>
      {action}
    </div>
  );
}
