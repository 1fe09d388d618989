import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

export const withComments = query({
  args: { authorId: v.id("users") },
  handler: async (ctx, { authorId }) => {
    const posts = await ctx.db
      .query("posts")
      .withIndex("by_authorId", (q) => q.eq("authorId", authorId))
      .collect();
    return await Promise.all(
      posts.map(async (post) => ({
        post,
        // expect read/n-plus-one
        comments: await ctx.db
          .query("comments")
          .withIndex("by_postId", (q) => q.eq("postId", post._id))
          .take(3),
      })),
    );
  },
});

export const withAuthors = query({
  args: {},
  handler: async (ctx) => {
    const posts = await ctx.db.query("posts").order("desc").take(20);
    const result = [];
    for (const post of posts) {
      // expect-info read/n-plus-one
      const author = await ctx.db.get(post.authorId);
      result.push({ post, author });
    }
    return result;
  },
});

// Trap: over a literal list.
export const ofThree = query({
  args: { a: v.id("posts"), b: v.id("posts"), c: v.id("posts") },
  handler: async (ctx, { a, b, c }) =>
    await Promise.all(
      [a, b, c].map((postId) =>
        ctx.db
          .query("comments")
          .withIndex("by_postId", (q) => q.eq("postId", postId))
          .take(3),
      ),
    ),
});

// Trap: the list of ids is an argument, not rows.
export const many = query({
  args: { ids: v.array(v.id("posts")) },
  handler: async (ctx, { ids }) => await Promise.all(ids.map((id) => ctx.db.get(id))),
});

// 500 × 100 documents in one call.
export const tooMuch = query({
  args: {},
  handler: async (ctx) => {
    const posts = await ctx.db.query("posts").take(500);
    const out = [];
    for (const post of posts) {
      out.push(
        // expect read/transaction-budget
        await ctx.db
          .query("comments")
          .withIndex("by_postId", (q) => q.eq("postId", post._id))
          .take(100),
      );
    }
    return out;
  },
});

export const removeAll = mutation({
  args: { postId: v.id("posts") },
  handler: async (ctx, { postId }) => {
    const comments = await ctx.db
      .query("comments")
      .withIndex("by_postId", (q) => q.eq("postId", postId))
      .collect();
    // expect-info fn/unbounded-write
    for (const comment of comments) await ctx.db.delete(comment._id);
  },
});

// Trap: a cascade over two tables reads the children of each, there is no other way to find them.
export const removeAuthor = mutation({
  args: { authorId: v.id("users") },
  handler: async (ctx, { authorId }) => {
    const posts = await ctx.db
      .query("posts")
      .withIndex("by_authorId", (q) => q.eq("authorId", authorId))
      .collect();
    for (const post of posts) {
      // expect-info read/n-plus-one
      const comments = await ctx.db
        .query("comments")
        .withIndex("by_postId", (q) => q.eq("postId", post._id))
        .collect();
      for (const comment of comments) await ctx.db.delete(comment._id);
      await ctx.db.delete(post._id);
    }
  },
});

// One read that passes the limit alone.
export const everyComment = query({
  args: {},
  handler: async (ctx) => {
    // expect read/transaction-budget
    const comments = await ctx.db.query("comments").take(50_000);
    return comments.map((comment) => comment.text);
  },
});

// Trap: a cascade behind an index is no job over a whole table.
export const removePost = mutation({
  args: { postId: v.id("posts") },
  handler: async (ctx, { postId }) => {
    const comments = await ctx.db
      .query("comments")
      .withIndex("by_postId", (q) => q.eq("postId", postId))
      .collect();
    await Promise.all(comments.map((comment) => ctx.db.delete(comment._id)));
    await ctx.db.delete(postId);
  },
});
