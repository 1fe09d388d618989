// A dialog: a sheet from the bottom edge on a phone, a framed page on a wide screen.
import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";

export type DialogProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
};

export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  return (
    <BaseDialog.Root
      open={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="backdrop" />
        <BaseDialog.Popup className="dialog">
          <div className="mb-3 flex items-start justify-between gap-4">
            <BaseDialog.Title className="text-title">{title}</BaseDialog.Title>
            <BaseDialog.Close className="button button-quiet" aria-label={`Close ${title}`}>
              <X size={20} strokeWidth={1.5} aria-hidden />
            </BaseDialog.Close>
          </div>
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
