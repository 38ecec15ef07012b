/** Who is there: things that come and go often, while the list of them stays. */

/** See {@link createRoster}. */
export interface Roster<Item extends object> {
  /** Puts an item on it. @returns what takes it off; calling that again does nothing. */
  add(item: Item): () => void;
  /** The items that are on it now, in the order in which they came. */
  all(): Item[];
}

/**
 * An empty one, which has nothing to do any more with those who left. A `Set` kept them, and all that they refer to, until
 * old objects were collected: `docs/decisions/0012-young-objects.md`.
 */
export function createRoster<Item extends object>(): Roster<Item> {
  const head = alone<Item>();

  return {
    add(item) {
      const entry = alone<Item>();
      entry.item = item;
      joinBefore(head, entry);
      return () => leave(entry);
    },
    all() {
      const items: Item[] = [];
      for (let entry = head.next; entry !== head; entry = entry.next) {
        if (entry.item !== undefined) items.push(entry.item);
      }
      return items;
    },
  };
}

/** In a ring with its neighbours; alone in one of its own before it joins and after it has left. */
interface Entry<Item> {
  /** Undefined of the head, and of one that has left. */
  item: Item | undefined;
  previous: Entry<Item>;
  next: Entry<Item>;
}

function alone<Item>(): Entry<Item> {
  const entry: Partial<Entry<Item>> = { item: undefined };
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
  entry.item = undefined;
}
