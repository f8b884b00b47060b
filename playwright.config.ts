import { defineConfig } from '@playwright/test';

const executablePath = process.env['DRYDOCK_BROWSER'];

export default defineConfig({
  testDir: 'e2e',
  timeout: 240_000,
  // Three machines start in workers of their own; two busy cores take their time over it.
  expect: { timeout: 30_000 },
  workers: 1,
  fullyParallel: false,
  reporter: 'list',
  use: {
    baseURL: 'http://127.0.0.1:4179',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
      ...(executablePath ? { executablePath } : {}),
    },
  },
  webServer: {
    command: 'npx vite preview --host 127.0.0.1 --port 4179 --strictPort',
    url: 'http://127.0.0.1:4179',
    reuseExistingServer: false,
  },
});
