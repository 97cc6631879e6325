/**
 * A fault of a nested execution in words. Lambda's cause is JSON with the message in it, a nested execution's is JSON
 * with its own Error and Cause.
 */
export function faultInWords(error: string, cause: string): string {
  try {
    const parsed = JSON.parse(cause) as Readonly<Record<string, unknown>> | null;
    if (typeof parsed?.['errorMessage'] === 'string') return parsed['errorMessage'];
    if (typeof parsed?.['Error'] === 'string')
      return faultInWords(parsed['Error'], typeof parsed['Cause'] === 'string' ? parsed['Cause'] : '');
  } catch {
    // Plain words.
  }
  return cause === '' ? error : `${error}: ${cause}`;
}

export const withoutStop = (text: string): string => text.replace(/[.\s]+$/, '');
