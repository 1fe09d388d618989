// The licence line, at the foot of every page that is not the table itself.
import { Link } from "@tanstack/react-router";
import { attributionLine } from "./attribution-line";

export function Attribution() {
  return (
    <footer className="mt-12 border-t border-line px-4 py-6 text-small text-dim">
      <p className="mx-auto max-w-[72ch]">
        {attributionLine}{" "}
        <Link to="/about" className="inline-block py-1">
          About and licences
        </Link>
      </p>
    </footer>
  );
}
