// The place of something that is still loading: keeps its size, and pulses quietly after 300 ms.
export type PulseLinesProps = { label: string; lines?: number; height?: string };

export function PulseLines({ label, lines = 3, height = "1.25rem" }: PulseLinesProps) {
  return (
    <div className="grid gap-3 py-2" role="status">
      <span className="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span
          key={line}
          aria-hidden
          className="pulse block"
          style={{ height, width: `${String(96 - ((line * 17) % 40))}%` }}
        />
      ))}
    </div>
  );
}
