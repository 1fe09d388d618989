// What this is, under which licences, and whom to thank.
import { HomeLink } from "./wordmark";
import { attributionLine } from "./attribution-line";
import { usePageTitle } from "./use-page-title";

export function AboutPage() {
  usePageTitle("About");
  return (
    <>
      <header className="border-b border-line px-4">
        <HomeLink />
      </header>
      <main id="content" className="page grid gap-8">
        <h1 className="text-head">About Torchkeeper</h1>
        <section className="chapter prose" aria-labelledby="about-what">
          <h2 id="about-what" className="mb-2 text-lead">
            What it is
          </h2>
          <p>
            Torchkeeper is what a game master keeps open during play: bestiary, fights, lights, the
            party and the dice, shared live with the players’ phones. It runs on one machine without
            an account anywhere and without the Internet.
          </p>
        </section>
        <section className="chapter prose" aria-labelledby="about-game">
          <h2 id="about-game" className="mb-2 text-lead">
            The game
          </h2>
          <p>{attributionLine}</p>
          <p>
            Figures of monsters are used under that licence; descriptions and traits are told in our
            own words. The figures were transcribed with the help of the open-shadowdark project.
          </p>
        </section>
        <section className="chapter prose" aria-labelledby="about-code">
          <h2 id="about-code" className="mb-2 text-lead">
            The program
          </h2>
          <p>
            The code is licensed under the Apache License 2.0. Typefaces: Atkinson Hyperlegible
            Next, Vollkorn and UnifrakturCook, each under the SIL Open Font License 1.1. Icons:
            Lucide, under the ISC License.
          </p>
        </section>
      </main>
    </>
  );
}
