// Words for screen readers only, read out when they change.
export function LiveRegion({ text }: { text: string }) {
  return (
    <p className="sr-only" role="status" aria-live="polite">
      {text}
    </p>
  );
}
