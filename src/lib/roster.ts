/** Who is there: things that come and go often, while the list of them stays. */

/** See {@link createRoster}. */
export interface Roster<Item> {
  /** Puts an item on it. @returns what takes it off; calling that again does nothing. */
  add(item: Item): () => void;
  /** The items that are on it now, in the order in which they came. */
  all(): Item[];
}

/** In a ring with its neighbours; alone in one of its own before it joins and after it has left. */
class Entry<Item> {
  readonly item: Item | undefined;
  previous: Entry<Item> = this;
  next: Entry<Item> = this;

  constructor(item?: Item) {
    this.item = item;
  }

  joinBefore(other: Entry<Item>): void {
    this.previous = other.previous;
    this.next = other;
    other.previous.next = this;
    other.previous = this;
  }

  leave(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.previous = this;
    this.next = this;
  }
}

/**
 * An empty one. Those who left are let go of at once. A `Set` that has become old does not do that: each time it is
 * rehashed, which coming and going makes it all the time, the table that it leaves behind keeps the items of that moment,
 * and all that they refer to, until old objects are collected. Listeners of an `EventTarget` are a list in which those who
 * left still point to those who came after them, which keeps every one.
 */
export function createRoster<Item extends object>(): Roster<Item> {
  const head = new Entry<Item>();

  return {
    add(item) {
      const entry = new Entry(item);
      entry.joinBefore(head);
      return () => entry.leave();
    },
    all() {
      const items: Item[] = [];
      for (let entry = head.next; entry.item; entry = entry.next) items.push(entry.item);
      return items;
    },
  };
}
