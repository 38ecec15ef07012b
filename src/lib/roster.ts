/** Who is there: things that come and go often, while the list of them stays. */

/** See {@link createRoster}. */
export interface Roster<Item> {
  /** Puts an item on it. @returns what takes it off; calling that again does nothing. */
  add(item: Item): () => void;
  /** The items that are on it now, in the order in which they came. */
  all(): Item[];
}

/**
 * An empty one, which has nothing to do any more with those who left. A `Set` that has become old does not get that far:
 * each time it is rehashed, which coming and going makes it all the time, the table that it leaves behind keeps the items
 * of that moment, and all that they refer to, until old objects are collected.
 */
export function createRoster<Item>(): Roster<Item> {
  const head = alone<Item>();

  return {
    add(item) {
      const entry = alone<Item>();
      entry.items = [item];
      joinBefore(head, entry);
      return () => leave(entry);
    },
    all() {
      const items: Item[] = [];
      for (let entry = head.next; entry !== head; entry = entry.next) items.push(...entry.items);
      return items;
    },
  };
}

/** In a ring with its neighbours; alone in one of its own before it joins and after it has left. */
interface Entry<Item> {
  /** One item, while it is on the roster. */
  items: readonly Item[];
  previous: Entry<Item>;
  next: Entry<Item>;
}

function alone<Item>(): Entry<Item> {
  const entry: Partial<Entry<Item>> = { items: [] };
  entry.previous = entry as Entry<Item>;
  entry.next = entry as Entry<Item>;
  return entry as Entry<Item>;
}

function joinBefore<Item>(other: Entry<Item>, entry: Entry<Item>): void {
  entry.previous = other.previous;
  entry.next = other;
  other.previous.next = entry;
  other.previous = entry;
}

function leave<Item>(entry: Entry<Item>): void {
  entry.previous.next = entry.next;
  entry.next.previous = entry.previous;
  entry.previous = entry;
  entry.next = entry;
  entry.items = [];
}
