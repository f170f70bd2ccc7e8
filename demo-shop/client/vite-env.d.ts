/** Vite turns an imported stylesheet into a file of the build. */
declare module '*.css';
