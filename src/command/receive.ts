export async function receive(_o: unknown): Promise<void> {}
