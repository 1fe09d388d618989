// Intervals of keys with owners: which owners' intervals contain a key, at a cost that follows the answer.

import type { Key } from "../values/index-key.ts";

interface Node<T> {
  readonly start: Key;
  readonly end: Key;
  readonly owners: Set<T>;
  readonly priority: number;
  left: Node<T> | null;
  right: Node<T> | null;
  /** Greatest end in this subtree. */
  greatestEnd: Key;
}

/** A treap by start and end, each node knowing the greatest end below it. Equal intervals share a node. */
export class IntervalTree<T> {
  #root: Node<T> | null = null;
  #size = 0;
  readonly #random: () => number;

  /** `random` gives numbers in [0, 1); it only shapes the tree. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Distinct intervals. */
  get size(): number {
    return this.#size;
  }

  add(start: Key, end: Key, owner: T): void {
    const existing = this.#find(start, end);
    if (existing !== null) {
      existing.owners.add(owner);
      return;
    }
    this.#size++;
    const node: Node<T> = {
      start,
      end,
      owners: new Set([owner]),
      priority: this.#random(),
      left: null,
      right: null,
      greatestEnd: end,
    };
    this.#root = insert(this.#root, node);
  }

  remove(start: Key, end: Key, owner: T): void {
    const existing = this.#find(start, end);
    if (existing === null) return;
    existing.owners.delete(owner);
    if (existing.owners.size > 0) return;
    this.#size--;
    this.#root = remove(this.#root, start, end);
  }

  /** Calls `visit` for each interval with `start <= key < end`. */
  visitContaining(key: Key, visit: (owners: ReadonlySet<T>) => void): void {
    const descend = (node: Node<T> | null): void => {
      if (node === null || node.greatestEnd <= key) return;
      descend(node.left);
      if (node.start > key) return;
      if (node.end > key) visit(node.owners);
      descend(node.right);
    };
    descend(this.#root);
  }

  #find(start: Key, end: Key): Node<T> | null {
    let node = this.#root;
    while (node !== null) {
      const order = compare(start, end, node);
      if (order === 0) return node;
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }
}

function compare(start: Key, end: Key, node: { start: Key; end: Key }): number {
  if (start !== node.start) return start < node.start ? -1 : 1;
  if (end !== node.end) return end < node.end ? -1 : 1;
  return 0;
}

function update<T>(node: Node<T>): Node<T> {
  let greatest = node.end;
  if (node.left !== null && node.left.greatestEnd > greatest) greatest = node.left.greatestEnd;
  if (node.right !== null && node.right.greatestEnd > greatest) greatest = node.right.greatestEnd;
  node.greatestEnd = greatest;
  return node;
}

function insert<T>(root: Node<T> | null, node: Node<T>): Node<T> {
  if (root === null) return node;
  if (compare(node.start, node.end, root) < 0) {
    root.left = insert(root.left, node);
    return root.left.priority > root.priority ? rotateRight(root, root.left) : update(root);
  }
  root.right = insert(root.right, node);
  return root.right.priority > root.priority ? rotateLeft(root, root.right) : update(root);
}

function remove<T>(root: Node<T> | null, start: Key, end: Key): Node<T> | null {
  if (root === null) return null;
  const order = compare(start, end, root);
  if (order < 0) root.left = remove(root.left, start, end);
  else if (order > 0) root.right = remove(root.right, start, end);
  else return merge(root.left, root.right);
  return update(root);
}

function merge<T>(left: Node<T> | null, right: Node<T> | null): Node<T> | null {
  if (left === null) return right;
  if (right === null) return left;
  if (left.priority > right.priority) {
    left.right = merge(left.right, right);
    return update(left);
  }
  right.left = merge(left, right.left);
  return update(right);
}

function rotateRight<T>(root: Node<T>, left: Node<T>): Node<T> {
  root.left = left.right;
  left.right = update(root);
  return update(left);
}

function rotateLeft<T>(root: Node<T>, right: Node<T>): Node<T> {
  root.right = right.left;
  right.left = update(root);
  return update(right);
}
