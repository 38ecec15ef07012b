/** JSON laid out over several lines without being read: every number keeps the digits that it was written with. */

/** `text` indented by two; unchanged when it is not JSON. */
export function indentJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  let depth = 0;
  return text.replace(TOKENS, (token, space: string | undefined) => {
    if (space !== undefined) return '';
    if (token === ':') return ': ';
    if (token === ',') return `,\n${'  '.repeat(depth)}`;
    if (token === '{' || token === '[') {
      depth += 1;
      return `${token}\n${'  '.repeat(depth)}`;
    }
    if (token === '}' || token === ']') {
      depth -= 1;
      return `\n${'  '.repeat(depth)}${token}`;
    }
    return token;
  });
}

/** Strings, empty lists and objects as a whole, white space, and what opens, closes and separates. */
const TOKENS = /"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|(\s+)|[{}[\],:]/g;
