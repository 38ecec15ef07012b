/** A sentence of the API's, in which names of the API stand between backticks. */

/** The sentence, with those names as code. */
export function Sentence({ children }: { children: string }) {
  return children.split('`').map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence do not move
    index % 2 === 1 ? <code key={index}>{part}</code> : part,
  );
}

/** `one`, `one or another`, `one, another or a third`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** `1 delivery`, `12 deliveries`, `1,200 deliveries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** A count with its thousands apart, as the reader writes them. */
export function number(count: number): string {
  return NUMBER.format(count);
}

const NUMBER = new Intl.NumberFormat(undefined);
