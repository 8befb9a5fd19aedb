/** Breaks up the waking of a page: Vue wakes up all of it in one task, which is longer than 50 ms. */

/** A part that was written on the server wakes up in a task of its own. @param {() => void} wake @returns {() => void} */
export function inOwnTask(wake) {
  const timer = setTimeout(wake);
  return () => clearTimeout(timer);
}
