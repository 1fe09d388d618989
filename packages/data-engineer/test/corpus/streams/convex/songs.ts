import { getPage } from "convex-helpers/server/pagination";
import { mergedStream, stream } from "convex-helpers/server/stream";
import { paginationOptsValidator } from "convex/server";
import { v } from "convex/values";
import { query } from "./_generated/server";
import schema from "./schema";

const states = ["draft", "live"] as const;

// Trap: one range per state, merged; each is read by its index, and the page ends them.
export const top = query({
  args: { paginationOpts: paginationOptsValidator },
  returns: v.any(),
  handler: async (ctx, { paginationOpts }) =>
    await mergedStream(
      states.map((state) =>
        stream(ctx.db, schema)
          .query("songs")
          .withIndex("by_state_and_plays", (q) => q.eq("state", state))
          .order("desc"),
      ),
      ["plays"],
    ).paginate(paginationOpts),
});

// A stream that keeps reading until enough rows pass has no bound but the table.
export const ofGenre = query({
  args: { genre: v.string() },
  returns: v.any(),
  handler: async (ctx, { genre }) =>
    // expect read/missing-index index=songs:genre
    await stream(ctx.db, schema)
      .query("songs")
      .filterWith(async (song) => song.genre === genre)
      .take(20),
});

// The rows of a stream with a `map` are still rows of a read: one get for each.
export const withAlbum = query({
  args: {},
  returns: v.any(),
  handler: async (ctx) =>
    await stream(ctx.db, schema)
      .query("songs")
      .withIndex("by_state_and_plays", (q) => q.eq("state", "live"))
      // expect-info read/n-plus-one
      .map(async (song) => ({ song, album: await ctx.db.get("albums", song.albumId) }))
      .collect(),
});

// Trap: one song per album is read, not every song.
export const albumsWithSongs = query({
  args: {},
  returns: v.any(),
  handler: async (ctx) =>
    await stream(ctx.db, schema)
      .query("songs")
      .withIndex("by_albumId")
      .distinct(["albumId"])
      .collect(),
});

// Trap: albums first, then the songs of each, until the page is full.
export const byArtist = query({
  args: { artist: v.string(), paginationOpts: paginationOptsValidator },
  returns: v.any(),
  handler: async (ctx, { artist, paginationOpts }) =>
    await stream(ctx.db, schema)
      .query("albums")
      .withIndex("by_artist", (q) => q.eq("artist", artist))
      .flatMap(
        async (album) =>
          stream(ctx.db, schema)
            .query("songs")
            .withIndex("by_albumId", (q) => q.eq("albumId", album._id)),
        ["albumId"],
      )
      .paginate(paginationOpts),
});

// Trap: a walk along an index from a key on.
export const after = query({
  args: { state: v.union(v.literal("draft"), v.literal("live")), plays: v.number() },
  returns: v.any(),
  handler: async (ctx, { state, plays }) => {
    const { page } = await getPage(ctx, {
      table: "songs",
      index: "by_state_and_plays",
      startIndexKey: [state, plays],
      schema,
    });
    return page.map((song) => song._id);
  },
});
