// The name of the book.
import { Link } from "@tanstack/react-router";

export function Wordmark({ isHero = false }: { isHero?: boolean }) {
  return (
    <span
      className={`font-wordmark leading-none ${isHero ? "text-[clamp(3rem,15vw,6.5rem)]" : "text-title"}`}
    >
      Torchkeeper
    </span>
  );
}

export function HomeLink() {
  return (
    <Link
      to="/"
      className="inline-flex min-h-11 items-center no-underline"
      aria-label="Torchkeeper, home"
    >
      <Wordmark />
    </Link>
  );
}
