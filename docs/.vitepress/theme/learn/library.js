/** Loads wasmlp when a chapter needs it, makes its networks and takes them away with it; runs what takes many frames. Knows no chapter. */
import { onBeforeUnmount, onMounted, ref, shallowRef, watch } from 'vue';

let library;

/** The library, fetched once. */
export function loadLibrary() {
  library ??= import('wasmlp');
  return library;
}

/** Whether a chapter has woken up: before that its buttons are only a picture, and a press is lost. */
export function useAwake() {
  const isAwake = ref(false);
  onMounted(() => {
    isAwake.value = true;
  });
  return isAwake;
}

/**
 * Networks with the options that `list` gives, as soon as they are there; undefined before. Others come where the list changes.
 * @param {() => object[]} list
 */
export function useNetworks(list) {
  const networks = shallowRef();
  let wanted = 0;
  const replace = (made) => {
    for (const network of networks.value ?? []) network.dispose();
    networks.value = made;
  };
  const create = async () => {
    const asked = ++wanted;
    const { Network } = await loadLibrary();
    const made = await Promise.all(list().map((options) => Network.create(options)));
    if (asked === wanted) replace(made);
    else for (const network of made) network.dispose();
  };
  onMounted(create);
  watch(() => JSON.stringify(list()), create);
  onBeforeUnmount(() => {
    wanted++;
    replace(undefined);
  });
  return networks;
}

/** Whether the reader asked the system for less motion. */
export function wantsRest() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Whether work came to its end; false where its network was taken away meanwhile, because the reader chose another one. */
export async function unlessDisposed(work) {
  try {
    await work();
    return true;
  } catch (error) {
    if (error.code !== 'ERR_DISPOSED') throw error;
    return false;
  }
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const nextTask = () => new Promise((resolve) => setTimeout(resolve));

/**
 * Work in slices, one a frame, each of which is shown. Who wants less motion sees the end alone.
 * @param {() => boolean | Promise<boolean>} advance One slice; false where it was the last.
 * @param {() => void} show
 */
export function useRun(advance, show) {
  const isRunning = ref(false);
  let run = 0;
  const stop = () => {
    run++;
    isRunning.value = false;
  };
  const start = async () => {
    const mine = ++run;
    isRunning.value = true;
    const rests = wantsRest();
    while (mine === run) {
      const goesOn = await advance();
      if (mine !== run) break;
      if (!rests || !goesOn) show();
      if (!goesOn) return stop();
      await (rests ? nextTask() : nextFrame());
    }
    show();
  };
  onBeforeUnmount(stop);
  return { isRunning, start, stop, toggle: () => (isRunning.value ? stop() : start()) };
}

/**
 * Resolves when a chapter that is written already comes near the window. One that is not there yet, on the server or where a visitor comes
 * from another page of the site, is wanted at once.
 * @param {string} id
 */
export function whenNear(id) {
  const section = typeof document === 'undefined' ? null : document.getElementById(id);
  if (section === null) return Promise.resolve();
  return new Promise((resolve) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        resolve();
      },
      { rootMargin: '300px' },
    );
    observer.observe(section);
  });
}

/** Calls once when an element comes near the window. @param {import('vue').Ref<Element>} element @param {() => void} call */
export function onSight(element, call) {
  let observer;
  onMounted(() => {
    observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        call();
      },
      { rootMargin: '200px' },
    );
    observer.observe(element.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
}
