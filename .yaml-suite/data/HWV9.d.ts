// Generated file, do NOT edit

declare const Test_HWV9: {
  "id": "HWV9",
  "filename": "HWV9.yaml",
  "name": "Document-end marker",
  "from": "@perlpunk",
  "tags": [
    "footer"
  ],
  "cases": [
    {
      "name": "Document-end marker",
      "from": "@perlpunk",
      "tags": [
        "footer"
      ],
      "yaml": "...\n",
      "tree": "+STR\n-STR\n",
      "json": "",
      "dump": ""
    }
  ]
}

export default Test_HWV9
