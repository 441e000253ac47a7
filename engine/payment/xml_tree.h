// XmlTree: one XML file of a bank, parsed and checked, whose elements know their line and column.
//
// Refused: malformed UTF-8 and other encodings, document types (so no entities but the five of XML), more
// than kXmlBytesMax bytes, nesting beyond kXmlDepthMax, two roots, repeated attributes, text where elements
// stand. Names are compared without their prefix, as ISO 20022 puts a message into one namespace.
// The bytes must outlive the tree, for places. Elements live as long as their tree; any thread may read one.
// Codes ZD82xx. Source: XML 1.0; pugixml 1.13, which is not a validating parser: what it lets through is
// checked here.
#ifndef ZHIDA_ENGINE_PAYMENT_XML_TREE_H_
#define ZHIDA_ENGINE_PAYMENT_XML_TREE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"

namespace zhida::payment {

inline constexpr size_t kXmlBytesMax = size_t{512} << 20;  // about a million answers of some 500 bytes
inline constexpr int kXmlDepthMax = 64;                    // ISO 20022 messages nest about 15 deep

class XmlTree;

// A view of one element; null when there is none. Copies are cheap.
class XmlElement {
 public:
  XmlElement() = default;
  explicit operator bool() const { return node_ != nullptr; }
  std::string_view name() const;  // without prefix
  std::string_view text() const;  // of an element without children, blanks at the ends left out
  XmlElement Child(std::string_view name) const;            // the first of that name
  XmlElement NextOfName() const;                            // the next sibling of the same name
  XmlElement At(std::string_view path) const;               // "Refs/EndToEndId"; null where a step is missing
  std::string_view Attribute(std::string_view name) const;  // "" if there is none
  size_t offset() const;                                    // of its name in the file; for XmlTree::Where

 private:
  friend class XmlTree;
  explicit XmlElement(void* node) : node_(node) {}
  void* node_ = nullptr;  // pugi::xml_node_struct, named in xml_tree.cc alone
};

class XmlTree {
 public:
  // Null, with a diagnostic, if the bytes are refused.
  static std::unique_ptr<const XmlTree> Parse(std::string_view bytes, std::string file,
                                              Diagnostics& diagnostics);
  ~XmlTree();
  XmlTree(const XmlTree&) = delete;
  XmlTree& operator=(const XmlTree&) = delete;

  XmlElement root() const;
  std::string_view root_namespace() const;  // that of the root's name
  const std::string& file() const { return file_; }
  // Counts lines from the start of the file: for messages.
  Location Where(const XmlElement& element) const;

 private:
  struct Document;
  XmlTree(std::string_view bytes, std::string file);
  bool CheckNodes(Diagnostics& diagnostics) const;
  bool Refuse(size_t offset, std::string what, std::string mend, Diagnostics& diagnostics) const;

  const std::string_view bytes_;
  const std::string file_;
  std::unique_ptr<Document> document_;
};

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_XML_TREE_H_
