/** Errors in log lines. */

/**
 * What a log may say of an error: its class, its code, and what happened. No stack, and of Prisma's errors, whose
 * messages quote the query with its values, only the code.
 */
export function describeError(error: unknown): { name: string; code?: string; message?: string } {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  if (error.name.startsWith('PrismaClient')) return { name: error.name, ...code };
  return { name: error.name, ...code, message: error.message };
}
