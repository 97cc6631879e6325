/**
 * What the work answers, if it does within so many milliseconds. What has not answered by then is told so by its signal, and
 * is not waited for.
 * @throws what `late` gives, when it has not
 */
export async function within<Answer>(
  milliseconds: number,
  late: () => Error,
  work: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(late());
      end.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([work(end.signal), limit]);
  } finally {
    clearTimeout(timer);
  }
}
