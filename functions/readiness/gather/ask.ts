const LIMIT_MILLISECONDS = 5_000;

/** Asks once, as Route 53's checkers do: a redirect is an answer. They trust any certificate, though; this does not. */
export async function askStatus(url: string): Promise<number> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(LIMIT_MILLISECONDS) });
  await response.body?.cancel();
  return response.status;
}
