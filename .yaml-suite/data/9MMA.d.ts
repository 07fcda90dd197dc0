// Generated file, do NOT edit

declare const Test_9MMA: {
  "id": "9MMA",
  "filename": "9MMA.yaml",
  "name": "Directive by itself with no document",
  "from": "@ingydotnet",
  "tags": [
    "error",
    "directive"
  ],
  "cases": [
    {
      "name": "Directive by itself with no document",
      "from": "@ingydotnet",
      "tags": [
        "error",
        "directive"
      ],
      "fail": true,
      "yaml": "%YAML 1.2\n",
      "tree": "+STR\n"
    }
  ]
}

export default Test_9MMA
