// Short messages under the top bar, read out politely: what failed and has no place of its own on the screen.
import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { createContext, useCallback, useContext, type ReactNode } from "react";
import { Button } from "./button";

const BAD_NEWS_MS = 8_000;
const GOOD_NEWS_MS = 2_500;

/** Shows a message; `bad` is something that did not happen, `good` something that did. */
export type Notify = (kind: "bad" | "good", text: string) => void;

const NotifyContext = createContext<Notify>(() => undefined);

export function useNotify(): Notify {
  return useContext(NotifyContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider limit={2}>
      <NotifySource>{children}</NotifySource>
      <ToastList />
    </Toast.Provider>
  );
}

function NotifySource({ children }: { children: ReactNode }) {
  const { add } = Toast.useToastManager();
  const notify = useCallback<Notify>(
    (kind, text) => {
      add({
        type: kind,
        title: text,
        priority: kind === "bad" ? "high" : "low",
        timeout: kind === "bad" ? BAD_NEWS_MS : GOOD_NEWS_MS,
      });
    },
    [add],
  );
  return <NotifyContext value={notify}>{children}</NotifyContext>;
}

function ToastList() {
  const { toasts, close } = Toast.useToastManager();
  return (
    <Toast.Portal>
      <Toast.Viewport className="toasts" aria-label="Messages">
        {toasts.map((toast) => (
          <Toast.Root key={toast.id} toast={toast} className="toast">
            <Toast.Title className="text-body" render={<p />} />
            <Button tone="quiet" aria-label="Dismiss message" onClick={() => close(toast.id)}>
              <X size={18} strokeWidth={1.5} aria-hidden />
            </Button>
          </Toast.Root>
        ))}
      </Toast.Viewport>
    </Toast.Portal>
  );
}
