import * as yamlTestSuite from './data/index.js'

export default Object.values(yamlTestSuite)
