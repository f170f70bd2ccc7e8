/**
 * IndexedDB's events as promises.
 *
 * In place of a library, whose proxies weighed 1 kB brotli in every script that opens the database.
 *
 * A transaction lives on only while its requests' promises are awaited and nothing else is.
 */

/** What a request comes to. */
export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when a transaction's writes are as safe as it was asked to make them. */
export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    // Also what a failed request and a full disk come to; `error` is null where the browser cut the connection.
    transaction.onabort = () => reject(transaction.error ?? new DOMException('expected a commit', 'AbortError'));
  });
}

/** A cursor's next stop; `null` after the last. */
export function advanced(cursor: IDBCursorWithValue): Promise<IDBCursorWithValue | null> {
  cursor.continue();
  return settled(cursor.request as IDBRequest<IDBCursorWithValue | null>);
}
