import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/dist/**", "**/generated/**", "**/*.{js,mjs}"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      // A number or a boolean in a template reads as it should.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // What a call answers is typed by who calls.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // Only ever a name for the shape; an index signature says no more.
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
    },
  },
);
