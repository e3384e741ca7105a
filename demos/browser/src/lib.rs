//! A headless Chromium for the tests: pages that are opened, tapped, looked at and killed.
